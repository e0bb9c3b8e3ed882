"""The annual report: one document made of a run's figures, written as .docx, as one .html file, and as .pdf."""
