"""The floor of a USSD hop: a Flask route that reads the form and answers a screen."""

from flask import Flask, Response, request

app = Flask("floor", static_folder=None)


@app.post("/callbacks/africastalking/ussd")
def ussd() -> Response:
    text = request.form["text"]
    return Response(f"CON {len(text)}", 200, {"Content-Type": "text/plain; charset=utf-8"})
