"""The floors of a USSD hop: a Flask route, and the same with one Redis read and one write."""

import os

from flask import Flask, Response, request
from redis import Redis

SCRIPT = "if redis.call('GET', KEYS[1]) then redis.call('SET', KEYS[1], ARGV[1], 'EX', 600) end"
PATH = "/callbacks/africastalking/ussd"

app = Flask("floor", static_folder=None)
with_redis = Flask("floor_with_redis", static_folder=None)
client = Redis.from_url(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"))
write = client.register_script(SCRIPT)


@app.post(PATH)
def bare() -> Response:
    return _screen(request.form["text"])


@with_redis.post(PATH)
def reading_and_writing() -> Response:
    key = "floor:" + request.form["sessionId"]
    client.get(key)
    write(keys=(key,), args=("x" * 1500,))
    return _screen(request.form["text"])


def _screen(text: str) -> Response:
    return Response(f"CON {len(text)}", 200, {"Content-Type": "text/plain; charset=utf-8"})
