"""``celery --app tests.faults.pool worker``: a worker with the rules of the tests."""

from server.pool import app as app  # celery takes it from here
from tests.office import bind_rules

bind_rules()
