"""Accessible HTML: tables, heads of charts, legends."""
