"""The formats that a knowledge can be written in, by the suffix of their files."""

from enum import StrEnum


class Format(StrEnum):
    """What a knowledge can be written as."""

    XLSX = "xlsx"
    CSV = "csv"
    TSV = "tsv"
    YAML = "yaml"
    JSONL = "jsonl"
