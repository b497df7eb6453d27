"""Scripts that measure a page in the browser: what is too wide or too small to touch, what cannot be read."""

MEASURE = """() => {
    const width = document.documentElement.scrollWidth;
    const wide = width > innerWidth ? [width] : [];
    const touched = 'button, a, textarea, label.toggle, label.step, input[type=file], input[type=date]';
    const small = [...document.querySelectorAll(touched)]
        .filter((it) => it.checkVisibility() && !it.matches('.skip'))
        .filter((it) => it.getBoundingClientRect().height < 43.9 || it.getBoundingClientRect().width < 43.9)
        .map((it) => it.textContent.trim() || it.id);
    return [...wide, ...small];
}"""

CONTRAST = """() => {
    const read = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = read(colour).slice(0, 3).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (it) => {
        const colour = getComputedStyle(it).backgroundColor;
        return (read(colour)[3] ?? 1) > 0 ? colour : ground(it.parentElement);
    };
    const speaks = (it) => [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    return [...document.querySelectorAll('body *')]
        .filter((it) => it.checkVisibility() && speaks(it))
        .map((it) => {
            const [a, b] = [light(getComputedStyle(it).color), light(ground(it))].sort((x, y) => y - x);
            return [(a + 0.05) / (b + 0.05), it.textContent.trim()];
        })
        .filter(([ratio]) => ratio < 4.5);
}"""
