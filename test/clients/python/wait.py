"""Waits as boto3 does: wait.py <service> <waiter> <its arguments as JSON>. Prints the error that ends it."""

import json
import sys

import boto3
from botocore.exceptions import WaiterError

service, waiter, arguments = sys.argv[1:]
try:
    boto3.client(service).get_waiter(waiter).wait(**json.loads(arguments))
except WaiterError as error:
    sys.exit(str(error))
