"""The report as .docx in the form of official documents (GB/T 9704-2012)."""
