#!/usr/bin/env python3
"""Writes codes/country.yaml from the OCHA country taxonomy (countries.csv).

Usage: make_countries.py countries.csv > country.yaml
Source: OCHA-DAP hdx-python-country, "Countries & Territories Taxonomy", MIT licence. ISO 3166-1 alpha-3
codes; names in the six languages of the United Nations as that file gives them, short form first.
"""
import csv
import json
import sys

LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "zh": "Chinese", "ar": "Arabic"}

HEAD = """\
# Countries and territories: ISO 3166-1 alpha-3. Written by codes/make_countries.py; do not edit by hand.
# Source: OCHA-DAP hdx-python-country, "Countries & Territories Taxonomy" (MIT licence); names as used by the United Nations.
list: country
title: {en: Country or territory, fr: Pays ou territoire, ar: بلد أو إقليم}
source: "ISO 3166-1, names of the OCHA country taxonomy"
tag: F
codes:"""


def label(row):
    """Names by language; a language without a name is left out (English is shown instead)."""
    names = {}
    for lang, column in LANGUAGES.items():
        name = row[f"{column} Short"].strip()
        if lang != "ru":  # the Russian M49 names of territories stand in the genitive
            name = name or row[f"M49 {column}"].strip()
        if lang == "en":
            name = name or row["Preferred Term"].strip()
        if name:
            names[lang] = name
    return ", ".join(f"{lang}: {json.dumps(name, ensure_ascii=False)}" for lang, name in names.items())


def main():
    with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ISO 3166-1 Alpha 3-Codes"] and row["Deprecated"] != "Y"]
    print(HEAD)
    for row in sorted(rows, key=lambda row: row["ISO 3166-1 Alpha 3-Codes"]):
        print(f'  - {{code: "{row["ISO 3166-1 Alpha 3-Codes"]}", label: {{{label(row)}}}}}')
    print('  - {code: unknown, label: {en: Not known, fr: Inconnu, ar: غير معروف}}')


main()
