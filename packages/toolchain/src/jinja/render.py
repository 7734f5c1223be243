"""Templates, a JSON list on stdin, rendered by Jinja2, a JSON list on stdout.

Two things are as in Landfall: `env` and `must_env` read what is given, and a boolean is printed as true or false.
"""

import json
import sys

import jinja2
import jinja2.meta
import jinja2.nodes
import jinja2.runtime


def text(value):
    return str(value).lower() if isinstance(value, bool) else value


str_join = jinja2.runtime.str_join
jinja2.runtime.str_join = lambda values: str_join(map(text, values))


def impossible(*_):
    raise jinja2.nodes.Impossible


# Constants are joined by str_join as well.
jinja2.nodes.Concat.as_const = impossible

environment = jinja2.Environment(undefined=jinja2.StrictUndefined, finalize=text, optimized=False)
string, join = environment.filters["string"], environment.filters["join"]
environment.filters["string"] = lambda value: string(text(value))
environment.filters["join"] = jinja2.pass_eval_context(
    lambda context, values, d="": join(context, map(text, values), d)
)


def outcome(case):
    variables = case.get("env", {})

    def env(name, default):
        return variables.get(name, default)

    functions = {"env": env, "must_env": lambda name: variables[name]}
    try:
        parsed = environment.parse(case["template"])
        undeclared = jinja2.meta.find_undeclared_variables(parsed) - functions.keys()
        template = environment.from_string(case["template"], globals=functions)
        rendered = template.render(case["variables"])
        return {"text": rendered, "undeclared": sorted(undeclared)}
    except Exception as error:  # Whatever a template raises is its outcome.
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([outcome(case) for case in json.load(sys.stdin)], sys.stdout)
