"""The pictures of questions over HTTP: SVG for browsers, numbered sheets as PNG for platforms."""

import asyncio
import re

from aiohttp import web

from bot.pictures import MOST_PICTURES, number_sheet, render_png, triangle_sheet
from flows.file import has_picture, read_picture

SHEET_WIDTH = 960
_NAME = re.compile(r"[a-z0-9-]{1,60}")
_HEADERS = {"Cache-Control": "public, max-age=86400", "Content-Security-Policy": "default-src 'none'"}


def render_sheet(names: tuple[str, ...]) -> bytes:
    """The numbered sheet of some catalogue pictures as PNG."""
    return render_png(
        number_sheet([read_picture(f"pictures/{name}.svg") for name in names]), width=SHEET_WIDTH
    )


def picture_routes() -> list[web.RouteDef]:
    """`/pictures/NAME.svg`, `/pictures/sheet.png?of=a,b,…` and `/pictures/triangle.png`."""
    return [
        web.get("/pictures/sheet.png", _send_sheet),
        web.get("/pictures/triangle.png", _send_triangle),
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
    body = await asyncio.to_thread(render_sheet, names)
    return web.Response(body=body, content_type="image/png", headers=_HEADERS)


async def _send_triangle(request: web.Request) -> web.Response:
    del request
    body = await asyncio.to_thread(render_png, triangle_sheet(), width=SHEET_WIDTH)
    return web.Response(body=body, content_type="image/png", headers=_HEADERS)
