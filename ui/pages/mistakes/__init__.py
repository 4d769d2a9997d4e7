"""Common mistakes and the glossary."""
