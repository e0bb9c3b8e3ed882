"""How charts and map sheets are drawn: letters, colours, figures, and their bytes.

Needs the extra ``report`` (matplotlib). The same figure gives the same bytes, on every run.
"""

from circle15.publish.drawing.figures import house_style, in_house_style, new_figure
from circle15.publish.drawing.fonts import Typeface
from circle15.publish.drawing.output import pdf_bytes, png_bytes
from circle15.publish.drawing.typeface import typeface

__all__ = ["Typeface", "house_style", "in_house_style", "new_figure", "pdf_bytes", "png_bytes", "typeface"]
