"""Jinja as the pages need it: what is the same on many of them is rendered once.

Most of a page is what other pages of its folder have too: the header, the steps that lead to it, the line above an
article. A template marks such a part by `{% keep %}` … `{% endkeep %}`, and it is rendered anew only where it may be
another: on a page of another folder, whose links are others, or where a name in it stands for something else. Where
the links are few, `{% keep by entry.url|link %}` names them, and the folder matters no more. Macros that are imported
with their context are made anew likewise. A template of the user's own may do without: it costs time, no more.
"""

from __future__ import annotations

import contextlib
import marshal
from collections.abc import Callable, Hashable, Mapping, MutableMapping, Sequence
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.environment import TemplateModule
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from site_builder import language
from site_builder.addresses import relative
from site_builder.cache import Cache, digest, program
from site_builder.errors import BuildError

KEPT = 1 << 11  # pieces: after so many new ones, those that nobody has asked for meanwhile are forgotten
_LINKS = 1 << 12  # of one folder
_MORE_THAN_NAMES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.ContextReference)


class Here:
    """The page that is being rendered, and what is kept of those before it."""

    def __init__(self) -> None:
        self._path = ""
        self._folder: str | None = None
        self._links: dict[str, str] = {}  # from this folder
        self._site: object = None
        self._chinese = True
        self._printed = ""
        self._kept: dict[Hashable, tuple[Markup, tuple[str, ...]]] = {}
        self._before: dict[Hashable, tuple[Markup, tuple[str, ...]]] = {}  # kept earlier, and not asked for since
        self._making: list[tuple[Hashable, list[str]]] = []  # the pieces in hand, each with the pages it leads into

    def open(self, context: Mapping[str, Any]) -> None:
        """From now on this page is rendered. What is kept holds for one site alone."""
        self._path = context["path"]
        folder = self._path[: self._path.rfind("/") + 1]
        if folder != self._folder:
            self._folder = folder
            self._links.clear()
        self._making.clear()
        site = context.get("site")
        if site is not self._site:
            if site != self._site:
                self._kept.clear()
                self._before.clear()
            self._site = site
            self._chinese = site is None or language.is_chinese(site.interface)
            self._printed = "" if site is None else site.language

    @jinja2.pass_context  # else Jinja would ask once, when it compiles a template
    def link(self, _context: Context, target: str) -> str:
        """`{{ article.url | link }}`: the address as the page has to write it."""
        found = self._links.get(target)
        if found is not None:
            return found
        link = relative(target, self._path)
        if "#" in target:  # on the very page that it leads into it is another
            for _key, files in self._making:
                files.append(target.partition("#")[0])
        else:
            if len(self._links) >= _LINKS:
                self._links.clear()
            self._links[target] = link
        return link

    @jinja2.pass_context
    def mixed(self, _context: Context, text: str) -> str:
        """`{{ doubt.message | mixed }}`: words of the interface with printed words in them, which are told apart."""
        return text if self._chinese else language.mixed(text, self._printed)

    @jinja2.pass_context
    def kept(self, _context: Context, key: Hashable) -> Markup | None:
        """A piece that is kept under this key; None where it has to be rendered, and then given to `keep`."""
        found = self._kept.get(key)
        if found is None and (found := self._before.pop(key, None)) is not None:
            self._note(key, found)
        if found is not None and self._path not in found[1]:
            return found[0]
        self._making.append((key, []))
        return None

    @jinja2.pass_context
    def kept_here(self, _context: Context, key: Hashable) -> Markup | None:
        """The same, of a piece that may be another in another folder."""
        return self.kept(_context, (self._folder, key))

    @jinja2.pass_context
    def keep(self, _context: Context, text: Markup) -> Markup:
        """The piece that `kept` did not have: kept from now on."""
        key, files = self._making.pop()
        if self._path not in files:
            self._note(key, (text, tuple(files)))
        return text

    def _note(self, key: Hashable, piece: tuple[Markup, tuple[str, ...]]) -> None:
        """A key holds on to all that its names stand for, so few are kept."""
        if len(self._kept) >= KEPT:
            self._before, self._kept = self._kept, {}
        self._kept[key] = piece


class Keep(Extension):
    """`{% keep %}` … `{% endkeep %}`, and the filters that know which page is being rendered."""

    tags = {"keep"}  # noqa: RUF012

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        here = Here()
        environment.extend(here=here)
        environment.filters |= {
            "link": here.link, "mixed": here.mixed, "kept": here.kept, "kept_here": here.kept_here, "keep": here.keep
        }  # fmt: skip

    def parse(self, parser: Parser) -> list[nodes.Node]:
        line = next(parser.stream).lineno
        by: list[nodes.Expr] = []
        if parser.stream.skip_if("name:by"):
            given = parser.parse_tuple()
            by = given.items if isinstance(given, nodes.Tuple) else [given]
        body = parser.parse_statements(("name:endkeep",), drop_needle=True)
        whole = nodes.Template(body, lineno=line)
        whole.set_environment(self.environment)
        if next(whole.find_all(nodes.Block), None):
            parser.fail("a block can't be kept: another template may say what stands in it", line)
        told = {one.name for one in by if isinstance(one, nodes.Name)} | {"site"}  # of a site by itself see Here.open
        names = [nodes.Name(name, "load") for name in sorted(meta.find_undeclared_variables(whole) - told)]
        key = nodes.Tuple([nodes.Const(f"{parser.name}:{line}"), *by, *names], "load")
        piece = parser.free_identifier(line)
        asked = _filtered(key, "kept" if by else "kept_here")
        made = [
            nodes.AssignBlock(piece, None, body),
            nodes.Assign(piece, _filtered(piece, "keep")),
        ]
        found: list[nodes.Node] = [
            nodes.Assign(piece, asked),
            nodes.If(nodes.Test(piece, "none", [], [], None, None), made, [], []),
            nodes.Output([piece]),
        ]
        return [node.set_lineno(line) for node in found]


def _filtered(value: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None)


class _Template(jinja2.Template):
    """A compiled template that takes text for what it is: markupsafe would make a `Markup` of each piece of a page."""

    environment: Templates
    _module_of: tuple[tuple[object, ...], TemplateModule] | None = None

    @classmethod
    def from_code(
        cls,
        environment: jinja2.Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> jinja2.Template:
        template = super().from_code(environment, code, globals, uptodate)
        template.root_render_func.__globals__["escape"] = _escaped
        return template

    def render(self, *args: Any, **kwargs: Any) -> str:
        context = dict(*args, **kwargs)
        self.environment.here.open(context)
        return super().render(context)

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> TemplateModule:
        """The template's macros, for a context. They are made again where a name in it stands for something else."""
        names = self.environment.names_in(self.name) if self.name and vars and not locals else None
        if names is None or vars is None:
            return super().make_module(vars, shared, locals)
        values = tuple([vars.get(name, None) for name in names])
        if self._module_of is None or self._module_of[0] != values:
            self._module_of = values, super().make_module(vars, shared, locals)
        return self._module_of[1]


KIND = "templates"  # of cache entries


class Compiled(BytecodeCache):
    """Templates as Jinja has compiled them, and the names that they ask for: to compile them takes a build of one
    changed page as long as to restore it. `told` is what they depend on besides the program: their texts, where they
    stand, and the language that is spoken.
    """

    def __init__(self, cache: Cache, *told: str) -> None:
        self._cache = cache
        self._told = digest(program().encode(), *(one.encode() for one in told))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return digest(self._told.encode(), name.encode())

    def load_bytecode(self, bucket: Bucket) -> None:
        content = self._cache.get(KIND, bucket.key)
        if content is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(BuildError):  # no room for what would only save time
            self._cache.put(KIND, bucket.key, bucket.bytecode_to_string())

    def names(self, template: str, find: Callable[[], tuple[str, ...] | None]) -> tuple[str, ...] | None:
        """What `find` finds in a template."""
        key = self._key_of_names(template)
        content = self._cache.get(KIND, key)
        if content is not None:
            known: tuple[str, ...] | None = marshal.loads(content)
            return known
        found = find()
        with contextlib.suppress(BuildError):
            self._cache.put(KIND, key, marshal.dumps(found))
        return found

    def _key_of_names(self, template: str) -> str:
        return digest(self._told.encode(), template.encode(), b"names")

    def entries(self, templates: Sequence[str]) -> frozenset[str]:
        """The names of the cache entries of these templates."""
        return frozenset(key for name in templates for key in (self.get_cache_key(name), self._key_of_names(name)))


class Templates(jinja2.Environment):
    """The templates in these folders; of those that have the same name, the first folder's.

    OCR text is always escaped; a name that a template gets wrong is an error, not an empty space.
    """

    template_class = _Template
    here: Here

    def __init__(self, folders: Sequence[Path], compiled: Compiled | None = None) -> None:
        super().__init__(
            loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(folder) for folder in folders]),
            autoescape=lambda name: name is None or not name.endswith(".txt"),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=compiled,
            extensions=[Keep],
        )
        self.globals["_"] = _say
        self._names: dict[str, tuple[str, ...] | None] = {}

    def compile(self, source: str | nodes.Template, *args: Any, **kwargs: Any) -> Any:
        """What is said without a value is said when the template is compiled: a build speaks one language."""
        if isinstance(source, str):
            source = self.parse(
                source, *args[:2], **{key: kwargs[key] for key in ("name", "filename") if key in kwargs}
            )
        return super().compile(_Said().visit(source), *args, **kwargs)

    def names_in(self, template: str) -> tuple[str, ...] | None:
        """The names that a template asks its context for; None where it may ask for others than those that it names."""
        if template not in self._names:
            find = partial(self._names_of, template)
            known = self.bytecode_cache
            self._names[template] = known.names(template, find) if isinstance(known, Compiled) else find()
        return self._names[template]

    def _names_of(self, template: str) -> tuple[str, ...] | None:
        assert self.loader is not None
        tree = self.parse(self.loader.get_source(self, template)[0], template)
        more = next(tree.find_all(_MORE_THAN_NAMES), None)
        return None if more else tuple(sorted(meta.find_undeclared_variables(tree)))


class _Said(NodeTransformer):
    """Puts its words in the place of each `_("…")` that has no values."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        plain = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if (
            plain
            and isinstance(node.node, nodes.Name)
            and node.node.name == "_"
            and isinstance(node.args[0], nodes.Const)
        ):
            return nodes.Const(_say(node.args[0].value), lineno=node.lineno)
        return self.generic_visit(node)


def _escaped(value: object) -> str:
    """The value as HTML, as `markupsafe.escape` has it: nearly no text has anything to escape.

    >>> _escaped("甲<乙"), _escaped(Markup("<b>")), _escaped(3)
    ('甲&lt;乙', Markup('<b>'), '3')
    """
    if type(value) is str:
        if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
            return str(escape(value))
        return value
    if type(value) is Markup:
        return value
    return str(value) if type(value) is int else str(escape(value))


def _say(message: str, /, **values: object) -> Markup:
    """`{{ _("共 {n} 版", n=3) }}`: words of the interface in its language; the values are escaped, markup is not."""
    if not values:
        return Markup(language.form(message))  # most messages
    text = language.form(message, values.get("n"))
    return Markup(text.format(**{name: escape(value) for name, value in language.completed(values).items()}))
