"""The pictures of questions over HTTP: SVG for browsers, numbered sheets as PNG for platforms."""

import asyncio
import re

from aiohttp import web

from bot.pictures import PictureError, render_png
from bot.sheets import MOST_PICTURES, grid_sheet, number_sheet, steps_sheet, triangle_sheet
from flows.file import has_picture, read_picture

SHEET_WIDTH = 960
_NAME = re.compile(r"[a-z0-9-]{1,60}")
_NUMBER = re.compile(r"[0-9]{1,2}")
_HEADERS = {"Cache-Control": "public, max-age=86400", "Content-Security-Policy": "default-src 'none'"}


def render_sheet(names: tuple[str, ...]) -> bytes:
    """The numbered sheet of some catalogue pictures as PNG."""
    return render_png(
        number_sheet([read_picture(f"pictures/{name}.svg") for name in names]), width=SHEET_WIDTH
    )


def picture_routes() -> list[web.RouteDef]:
    """`/pictures/NAME.svg`, and as PNG the sheets and the numbered places.

    `sheet.png?of=a,b,…`, `triangle.png`, `grid.png` and `steps.png?of=7&first=1`, all below `/pictures/`.
    """
    return [
        web.get("/pictures/sheet.png", _send_sheet),
        web.get("/pictures/triangle.png", _send_triangle),
        web.get("/pictures/grid.png", _send_grid),
        web.get("/pictures/steps.png", _send_steps),
        web.get("/pictures/{name}.svg", _send_picture),
    ]


async def _send_picture(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if not _NAME.fullmatch(name) or not has_picture(f"pictures/{name}.svg"):
        return web.json_response({"error": "There is no picture with this name."}, status=404)
    body = read_picture(f"pictures/{name}.svg").encode()
    return web.Response(body=body, content_type="image/svg+xml", headers=_HEADERS)


async def _send_sheet(request: web.Request) -> web.Response:
    names = tuple(request.query.get("of", "").split(","))
    known = all(_NAME.fullmatch(name) and has_picture(f"pictures/{name}.svg") for name in names)
    if not known or len(names) > MOST_PICTURES:
        return web.json_response({"error": "`of` names 1 to 20 pictures, with commas between."}, status=404)
    return _answer_png(await asyncio.to_thread(render_sheet, names))


async def _send_triangle(request: web.Request) -> web.Response:
    del request
    return _answer_png(await asyncio.to_thread(render_png, triangle_sheet(), width=SHEET_WIDTH))


async def _send_grid(request: web.Request) -> web.Response:
    del request
    return _answer_png(await asyncio.to_thread(render_png, grid_sheet(), width=SHEET_WIDTH))


async def _send_steps(request: web.Request) -> web.Response:
    count, first = request.query.get("of", ""), request.query.get("first", "1")
    if not _NUMBER.fullmatch(count) or not _NUMBER.fullmatch(first):
        return web.json_response({"error": "`of` and `first` are numbers of one or two digits."}, status=400)
    try:
        sheet = steps_sheet(int(count), first=int(first))
    except PictureError as error:
        return web.json_response({"error": f"This picture cannot be drawn: {error}."}, status=400)
    return _answer_png(await asyncio.to_thread(render_png, sheet, width=SHEET_WIDTH))


def _answer_png(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="image/png", headers=_HEADERS)
