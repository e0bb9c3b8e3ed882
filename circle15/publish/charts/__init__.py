"""Charts that answer a question: the answer is their title, in numbers."""

from circle15.publish.charts.heat import heat_chart
from circle15.publish.charts.ladder import ladder_chart
from circle15.publish.charts.league import league_chart
from circle15.publish.charts.lorenz import lorenz_chart
from circle15.publish.charts.minutes import minutes_chart
from circle15.publish.charts.waterfall import waterfall_chart

__all__ = ["heat_chart", "ladder_chart", "league_chart", "lorenz_chart", "minutes_chart", "waterfall_chart"]
