"""Markdown texts, a JSON list on stdin, to HTML by GitHub's own parser, a JSON list on stdout.

Raw HTML is let through, as GitHub's parser does before what is not allowed is taken out.
"""

import json
import sys

from cmarkgfm import cmark

extensions = ["table", "autolink", "strikethrough", "tasklist"]
options = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES
json.dump(
    [
        cmark.markdown_to_html_with_extensions(text, options=options, extensions=extensions)
        for text in json.load(sys.stdin)
    ],
    sys.stdout,
)
