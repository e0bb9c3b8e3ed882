"""A task whose first contender dies."""

from dataclasses import replace

from raced_tasks import TASK as WHOLE
from raced_tasks import contender, dies, doubled

TASK = replace(WHOLE, contenders=(contender("ours", dies), contender("alike", doubled)))
