"""Checks the website that Scripts/docs.sh builds: `check_docs.py [FOLDER]`, by default `.build/docs/site`.

Every reference in the data of the pages must lead to a page, picture or anchor that exists, every public function
must have a text for each of its parameters, and the first page, each module, each article and some symbols must show
their title in a browser. Needs Chromium, and nothing but the standard library.
"""

import functools
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULES = ["Graph", "Ops", "Autodiff", "Recipes"]
SYMBOLS = [
    "recipes/ntxent", "recipes/pipeline", "recipes/resnet", "ops/relu(_:)", "autodiff/program", "graph/layer",
]


def pages_of(site):
    """The data of all pages, by their address in lower case."""
    folder = site / "data"
    return {
        "/" + file.relative_to(folder).with_suffix("").as_posix(): json.loads(file.read_text("utf-8"))
        for file in sorted((folder / "documentation").rglob("*.json"))
    }


def anchors_of(page):
    """The anchors of a page: of its headings and its lists of topics."""
    found = set()

    def visit(value):
        if isinstance(value, dict):
            if isinstance(value.get("anchor"), str):
                found.add(value["anchor"].lower())
            for part in value.values():
                visit(part)
        elif isinstance(value, list):
            for part in value:
                visit(part)

    visit({key: part for key, part in page.items() if key != "references"})
    return found


def used_identifiers(value):
    """The identifiers of all links, pictures and topics in the data of a page."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "references":
                continue
            if key in ("identifier", "destination", "source") and isinstance(part, str):
                yield part
            elif key == "identifiers":
                yield from part
            else:
                yield from used_identifiers(part)
    elif isinstance(value, list):
        for part in value:
            yield from used_identifiers(part)


def dead_links(site, pages):
    """A sentence for each reference that leads nowhere, and each link that has no reference."""
    problems = []
    anchors = {}
    for address, page in pages.items():
        references = page.get("references", {})
        own = page["identifier"]["url"]
        # What a type conforms to may be of the standard library, which has no page here.
        text = {key: part for key, part in page.items() if key != "relationshipsSections"}
        in_text = set(used_identifiers(text))
        for used in sorted(set(used_identifiers(page))):
            if used not in references and used != own:
                problems.append(f"{address}: the link {used} was not resolved")
        for name, reference in references.items():
            if reference.get("type") == "image":
                urls = [variant["url"] for variant in reference["variants"]]
                problems += [f"{address}: no picture {url}" for url in urls if not (site / url.lstrip("/")).is_file()]
                continue
            url = reference.get("url", "")
            if reference.get("type") == "unresolvable" and name in in_text:
                problems.append(f"{address}: {name} was not resolved")
            if not url.startswith("/documentation"):
                continue
            path, _, anchor = urllib.parse.unquote(url).partition("#")
            path = path.rstrip("/").lower()
            if path not in pages:
                problems.append(f"{address}: {name} leads to {path}, which is no page")
            elif anchor:
                if path not in anchors:
                    anchors[path] = anchors_of(pages[path])
                if anchor.lower() not in anchors[path]:
                    problems.append(f"{address}: {path} has no anchor {anchor}")
    return problems


def silent_parameters(symbols):
    """A line for each function with a documentation that says nothing of one of its parameters.

    A function without any has that of the protocol's requirement that it satisfies."""
    problems = set()
    for module in MODULES:
        for file in sorted(symbols.glob(f"{module}/*.symbols.json")):
            for symbol in json.loads(file.read_text("utf-8"))["symbols"]:
                location = symbol.get("location", {})
                comment = symbol.get("docComment", {})
                lines = [line["text"] for line in comment.get("lines", [])]
                is_inherited = comment.get("module", module) != module
                if not lines or is_inherited or f"/Sources/{module}/" not in location.get("uri", ""):
                    continue
                text = "\n".join(lines)
                for parameter in symbol.get("functionSignature", {}).get("parameters", []):
                    name = parameter.get("internalName", parameter["name"])
                    if not re.search(rf"- (?:Parameter )?`?{re.escape(name)}`?:\s*\S", text):
                        source = location["uri"].split("/Sources/")[-1]
                        line = location["position"]["line"] + 1
                        problems.add(f"Sources/{source}:{line}: nothing is said of the parameter {name}")
    return sorted(problems)


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def unrendered(site, pages):
    """A sentence for each page that a browser does not show with its title."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("check_docs.py opens pages in Chromium, which is not installed: apt-get install -y chromium")
    articles = ["recipes/" + file.stem.lower() for file in ROOT.glob("Sources/Recipes/Recipes.docc/*.md")]
    wanted = ["loupe", *map(str.lower, MODULES), *(name for name in articles if name != "recipes/recipes"), *SYMBOLS]
    wanted = [""] + [f"documentation/{name}" for name in wanted]
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    problems = []
    with tempfile.TemporaryDirectory() as profile:
        for path in wanted:
            page = pages.get("/" + (path or "documentation/loupe"))
            if page is None:
                problems.append(f"/{path} is no page")
                continue
            address = f"http://127.0.0.1:{server.server_port}/{path + '/' if path else ''}"
            shown = subprocess.run(
                [
                    browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
                    "--virtual-time-budget=10000", "--dump-dom", address,
                ],
                capture_output=True, text=True, timeout=120, check=False).stdout
            headings = re.findall(r"<h1[^>]*>(.*?)</h1>", shown, re.DOTALL)
            titles = [re.sub(r"<[^>]*>|\s", "", heading) for heading in headings]
            if page["metadata"]["title"].replace(" ", "") not in titles:
                problems.append(f"/{path} does not show its title “{page['metadata']['title']}” in a browser")
    server.shutdown()
    return problems, len(wanted)


def main():
    site = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".build/docs/site")
    if not (site / "data/documentation").is_dir():
        sys.exit(f"There is no website in {site}: run Scripts/docs.sh first.")
    pages = pages_of(site)
    shown, count = unrendered(site, pages)
    problems = dead_links(site, pages) + silent_parameters(site.parent) + shown
    for problem in problems:
        print(problem)
    print(f"{len(pages)} pages, {count} opened in a browser, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
