"""Code that tries to win points by tricks: the exam's cells run without it, in a process it never enters."""

from __future__ import annotations

from tests.hostile.cases import good
from tests.hostile.running import instead, own

FULL = "examdesk.graders.Award(Fraction(1), {'item': 'I-814', 'points': '1', 'parts': [], 'evidence': {}}, '')"

ASSERTS = {
    "no_asserts": "import ast\nget_ipython().ast_transformers.append(type('T', (ast.NodeTransformer,), "
    "{'visit_Assert': lambda self, node: ast.Pass()})())",
    "optimised": "import sys; sys.flags = type('F', (), {'optimize': 2})",
    "debug_off": "import builtins; builtins.__debug__ = False",
}
TRANSFORMERS = {
    "input_transformer": "get_ipython().input_transformers_cleanup.append(lambda lines: ['1.0'])",
    "ast_transformer": "import ast\nget_ipython().ast_transformers.append(type('T', (ast.NodeTransformer,), "
    "{'visit_Expr': lambda self, node: ast.Expr(ast.Constant(1.0))})())",
    "pre_run": "get_ipython().events.register('pre_run_cell', lambda info: setattr(info, 'raw_cell', '1.0'))",
}
EQUALITIES = {
    "always_equal": "class Yes(str):\n    __eq__ = lambda self, other: True\n    __hash__ = str.__hash__\nx = Yes()",
    "fraction_equal": "from fractions import Fraction\nFraction.__eq__ = lambda self, other: True",
    "event_equal": "import examdesk.model\nexamdesk.model.Response.value = property(lambda self: 'b')",
}
BUILTINS = {
    "isinstance": "import builtins; builtins.isinstance = lambda *given: True",
    "len": "import builtins; builtins.len = lambda value: 1",
    "json": "import json; json.loads = lambda *given, **named: {'points': 1000}",
}
FORGED = {
    "award": "import examdesk.graders\nfrom fractions import Fraction\n"
    f"examdesk.graders.award = lambda *given, **named: {FULL}",
    "grader": "import examdesk.items.choice.grader as g\ng.choice = lambda **named: lambda response: 1",
    "printed": "print('2.0'); 2.0",
}
MAGICS = {
    "load_ext": "%load_ext autoreload\n%autoreload 2",
    "shell": "!touch OUTSIDE/ran",
    "writefile": "%%writefile responses.jsonl\n{}",
}
REWRITES = {
    "rewrite_notebook": "import pathlib\npathlib.Path('E10-a.ipynb').write_text('{}')",
    "rewrite_journal": "import pathlib\npathlib.Path('responses.jsonl').write_text('')",
    "rewrite_engine": "import examdesk, pathlib\npathlib.Path(examdesk.__file__).write_text('')",
}

CASES = [
    case
    for example, sources in (
        ("assert stripper", ASSERTS),
        ("input/AST transformer", TRANSFORMERS),
        ("equality overrides", EQUALITIES),
        ("patched builtins", BUILTINS),
        ("forged result", FORGED),
        ("extension magics", MAGICS),
        ("self-rewrite", REWRITES),
    )
    for case in (
        *good(example, "extra-cells", **{name: own(source) for name, source in sources.items()}),
        *good(
            example,
            "edited-cells",
            **{f"{name}_in_setup": instead(source, "setup") for name, source in [*sources.items()][:1]},
        ),
    )
]
