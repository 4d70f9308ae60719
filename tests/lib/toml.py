# SPDX-License-Identifier: Apache-2.0
"""Just enough TOML writing for the configurations of the scenarios."""

import json


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
    # JSON's escapes are a subset of those of TOML's basic strings.
    return json.dumps(str(value))


def dumps(config):
    """Top-level dicts become tables, lists of dicts arrays of tables; all below is inline."""
    lines = []
    for section, content in config.items():
        tables = content if isinstance(content, list) else [content]
        heading = f"[[{section}]]" if isinstance(content, list) else f"[{section}]"
        for table in tables:
            lines.append(heading)
            lines += [f"{key} = {_value(value)}" for key, value in table.items()]
            lines.append("")
    return "\n".join(lines)
