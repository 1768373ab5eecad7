"""What people write who want more than to be read: ways out of where a text stands, and what they would run there."""

from __future__ import annotations

from itertools import product

WAYS_OUT = [
    "",
    '">',
    "'>",
    "--></textarea>",
    "</script>",
    "</title></style>",
    "</bdi></p></article>",
    "</option></select>",
    "</template></svg>",
    "</noscript></iframe>",
]
WHAT_RUNS = [
    "<script>alert(1)</script>",
    "<ScRiPt/x>alert(1)</ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onpageshow=alert(1)><b>x</b>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<math><mtext></table><img src=x onerror=alert(1)>",
    "<base href=//example.org>",
    "<form action=//example.org><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<object data=javascript:alert(1)></object>",
    "<style>*{display:none}</style>",
]
WITHOUT_MARKUP = [
    "javascript:alert(1)//",
    "'-alert(1)-'",
    '" onmouseover=alert(1) autofocus onfocus=alert(1) x="',
    "' onfocus=alert(1) autofocus x='",
    "` onfocus=alert(1) autofocus x=`",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
]
WITH_MARKUP = [out + runs for out, runs in product(WAYS_OUT, WHAT_RUNS)]
PAYLOADS = [*WITH_MARKUP, *WITHOUT_MARKUP]

LIVE = """
(root) => {
  const live = [], foreign = /^(?:javascript|data|vbscript):/u;
  const look = (tree) => {
    for (const element of tree.querySelectorAll('*')) {
      const name = element.localName;
      if (element.shadowRoot) look(element.shadowRoot);
      if (['base', 'iframe', 'object', 'embed', 'style', 'math', 'video'].includes(name)) live.push(name);
      if (name === 'script' && element.textContent.includes('alert')) live.push(name);
      if (name === 'meta' && element.httpEquiv === 'refresh') live.push(name);
      for (const { name: attribute, value } of element.attributes) {
        if (attribute.startsWith('on')) live.push(`${name} ${attribute}`);
        if (!['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].includes(attribute)) continue;
        const address = value.replace(/[\\u0000-\\u0020]/gu, '').toLowerCase();
        if (foreign.test(address) || address.startsWith('//example.org')) live.push(`${name} ${attribute}`);
      }
    }
  };
  look(root);
  return live;
}
"""
"""A function of a document: what in it runs, leads away or restyles, though none of our pages has any of it."""

TEXT = """
() => {
  const texts = [];
  const look = (tree) => {
    texts.push(tree.textContent);
    for (const element of tree.querySelectorAll('*')) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (element.value) texts.push(element.value);
    }
  };
  look(document.documentElement);
  return texts.join('\\n');
}
"""
"""All text of a page, also within its elements' own trees and in fields."""


def bunches(at_most: int) -> list[str]:
    """All of them, in as few texts of so many bytes as they fit in."""
    found = [""]
    for payload in PAYLOADS:
        joined = f"{found[-1]} {payload}"
        if len(joined.encode()) > at_most and found[-1]:
            found.append(payload)
        else:
            found[-1] = joined.strip(" ")
    return found
