"""The list of issues as an office gives it back."""
