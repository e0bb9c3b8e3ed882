"""The chapters of the annual report, a module each: figures in, blocks of the document out."""
