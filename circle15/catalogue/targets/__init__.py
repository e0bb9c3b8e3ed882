"""Targets of policy documents: dated series, each value with its document and clause."""
