"""What only a browser sees: listings that go on by script, a counter of views."""

from __future__ import annotations

from typing import Literal

from replica.answer import Answer

AJAX = "/wp-admin/admin-ajax.php"
Kind = Literal["button", "scroll", "late"]
"""How a listing goes on, the pages after the first being 404.

A `button` whose script alone knows the address, and proves that it is the script; endless
`scroll`ing; or a list that is empty until a script fills it (`late`), with a button below.
"""
WORDS = "Показать ещё"
_LIST = """<script>
(function () {
  var list = document.querySelector(".archive__items, .category__items");
  var button = document.querySelector(".js-more"), end = document.querySelector(".infinite-end");
  var page = %(page)d, busy = false, done = false;
  function proof(text) {
    return Array.from(text).reduce(function (sum, x) { return sum + x.charCodeAt(0); }, page);
  }
  function load() {
    if (busy || done) return;
    busy = true;
    if (button) button.disabled = true;
    fetch("%(ajax)s?action=load_more&section=%(slug)s&page=" + (page + 1)
          + "&proof=" + proof("%(slug)s"))
      .then(function (answer) { if (!answer.ok) throw answer.status; return answer.text(); })
      .then(function (cards) {
        busy = false;
        page += 1;
        if (button) button.disabled = false;
        if (cards) { list.insertAdjacentHTML("beforeend", cards); look(); return; }
        done = true;
        if (button) button.remove();
      }, function () { busy = false; if (button) button.disabled = false; });
  }
  function look() {
    if (end && end.getBoundingClientRect().top < window.innerHeight + 50) load();
  }
  if (button) button.addEventListener("click", load);
  if (end) { window.addEventListener("scroll", look); look(); }
  if (!page) load();
})();
</script>"""
_VIEWS = """<script>
fetch("%(ajax)s?action=views&post=%(post)d")
  .then(function (answer) { return answer.text(); })
  .then(function (views) { document.querySelector(".meta__details").textContent = views; });
</script>"""


def control(kind: Kind, slug: str) -> str:
    """Return what stands below the cards: a button or the mark of an endless list, and a script."""
    script = _LIST % {"ajax": AJAX, "slug": slug, "page": 0 if kind == "late" else 1}
    if kind == "scroll":
        return f'<div class="infinite-end"></div>\n{script}'
    return f'<button type="button" class="archive__more js-more">{WORDS}</button>\n{script}'


def key(slug: str, page: int) -> int:
    """Return what the script proves itself with when the page shown is this one."""
    return sum(map(ord, slug), page)


def views_script(post_id: int) -> str:
    """Return the script that fills the counter of views."""
    return _VIEWS % {"ajax": AJAX, "post": post_id}


def views(post_id: int) -> int:
    """Return how often a post was read."""
    return post_id % 97 * 1000 + post_id % 900 + 100


def views_answer(post_id: int) -> Answer:
    """Answer the counter's script: thousands are set off by a space."""
    return Answer(200, f"{views(post_id):,}".replace(",", " "))
