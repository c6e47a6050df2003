"""`python -m tests.worker.receiver PORT`: takes delivery reports as the web process does."""

import os
import sys

from flask import Flask, request

from gateway.messaging.dispatch import utc_now
from gateway.messaging.receipts import record_receipt
from gateway.providers.africastalking import parse_delivery_report
from gateway.registry.database import Database
from gateway.simulator.app import serve


def create(database: Database) -> Flask:
    app = Flask("receiver")

    @app.post("/callbacks/africastalking/delivery-reports")
    def delivery_reports():
        receipt = parse_delivery_report(request.form)
        with database.writing() as connection:
            record_receipt(connection, receipt, now=utc_now())
        return ""

    return app


if __name__ == "__main__":
    serve(create(Database(os.environ["DATABASE_URL"])), "127.0.0.1", int(sys.argv[1])).serve_forever()
