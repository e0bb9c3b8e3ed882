"""A task whose first contender has another answer in every turn."""

from dataclasses import replace

from raced_tasks import TASK as WHOLE
from raced_tasks import changing, contender

TASK = replace(WHOLE, contenders=(contender("ours", changing), contender("alike", changing)))
