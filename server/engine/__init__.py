"""The engine: runs one procedure, state in and state out. Knows no database and no web.

``specs.load`` gives a specification, ``runtime`` has the commands, ``dialect`` reads and checks
diagrams. SpiffWorkflow is imported here and nowhere else.
"""

import logging

# Its log records carry the variables of the case.
logging.getLogger("spiff").setLevel(logging.WARNING)
