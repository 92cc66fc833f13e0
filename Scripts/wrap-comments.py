#!/usr/bin/env python3
"""Wraps comments of Swift files that are longer than 110 columns, which swift format leaves as they are.

    Scripts/wrap-comments.py [--check] [FILE or FOLDER ...]

With --check it changes nothing, lists the lines that are too long and fails if there are any. Paragraphs, items of
lists and indented code stay what they are.
"""
import pathlib, re, sys, textwrap

LIMIT = 110
PLACES = ["Sources", "Tests", "Examples", "Package.swift"]
COMMENT = re.compile(r"( *)(///?)(?: (.*))?$")
CODE = re.compile(r"(?<!`)(`+)[^`]+\1(?!`)")
ITEM = re.compile(r"( *)(- |\d+\. )")


def files(places):
    for place in map(pathlib.Path, places):
        found = [place] if place.is_file() else sorted(place.rglob("*.swift"))
        yield from (path for path in found if not any(part.startswith(".build") for part in path.parts))


def comment(line):
    """The indentation, the slashes and the text of a line that is a comment and nothing else."""
    match = COMMENT.match(line)
    return match and (match[1], match[2], match[3] or "")


def paragraphs(texts):
    """Cuts a comment's lines into paragraphs, and says of each whether it is prose, to be filled anew."""
    paragraph, is_code = [], False
    for text in texts:
        is_fence = text.lstrip().startswith("```")
        is_indented = text.startswith("    ") and not (paragraph and ITEM.match(paragraph[0]))
        if is_fence or is_code or not text.strip() or is_indented or text.startswith(("#", "|", "MARK")):
            if paragraph:
                yield paragraph, True
            yield [text], False
            paragraph = []
            is_code ^= is_fence
        elif ITEM.match(text) and paragraph:
            yield paragraph, True
            paragraph = [text]
        else:
            paragraph.append(text)
    if paragraph:
        yield paragraph, True


def filled(paragraph, width):
    """A paragraph with a line that is too long, filled anew; any other as it is."""
    if all(len(line) <= width for line in paragraph):
        return paragraph
    item = ITEM.match(paragraph[0])
    first = re.match(" *", paragraph[0])[0]
    others = " " * len(item[0]) if item else first
    text = " ".join(line.strip() for line in paragraph)
    # Code that is not long stays on one line.
    text = CODE.sub(lambda code: code[0].replace(" ", "\0") if len(code[0]) <= 100 else code[0], text)
    lines = textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=others, break_long_words=False,
        break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


def wrapped(lines):
    result, place = [], 0
    while place < len(lines):
        start = comment(lines[place])
        end = place
        while start and end < len(lines) and (comment(lines[end]) or (None,))[:2] == start[:2]:
            end += 1
        if not start:
            result.append(lines[place])
            place += 1
            continue
        prefix = start[0] + start[1] + " "
        texts = [comment(line)[2] for line in lines[place:end]]
        for paragraph, is_prose in paragraphs(texts):
            lines_of_it = filled(paragraph, LIMIT - len(prefix)) if is_prose else paragraph
            result += [(prefix + line).rstrip() for line in lines_of_it]
        place = end
    return result


def main(arguments):
    is_check = "--check" in arguments
    too_long = 0
    for path in files([place for place in arguments if place != "--check"] or PLACES):
        lines = path.read_text().split("\n")
        if is_check:
            for number, line in enumerate(lines, 1):
                if len(line) > LIMIT and comment(line):
                    print(f"{path}:{number}: {len(line)} columns, {LIMIT} are allowed")
                    too_long += 1
        elif (new := wrapped(lines)) != lines:
            path.write_text("\n".join(new))
    if too_long:
        sys.exit("Scripts/wrap-comments.py wraps them.")


main(sys.argv[1:])
