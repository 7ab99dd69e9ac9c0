/** A rectangle of a drawing's units, as an SVG viewBox has it. */
export interface View { x: number; y: number; w: number; h: number }

export const parseView = (s: string): View => {
  const [x = 0, y = 0, w = 1, h = 1] = s.trim().split(/[\s,]+/).map(Number);
  return { x, y, w, h };
};

export const formatView = (v: View) => [v.x, v.y, v.w, v.h].map((n) => +n.toFixed(2)).join(' ');

/** The view within the whole drawing: never larger than it, never out of it. */
export const within = (v: View, whole: View): View => {
  const k = Math.min(1, whole.w / v.w, whole.h / v.h);
  const w = v.w * k, h = v.h * k;
  const clamp = (n: number, low: number, high: number) => Math.min(Math.max(n, low), high);
  return { w, h, x: clamp(v.x, whole.x, whole.x + whole.w - w), y: clamp(v.y, whole.y, whole.y + whole.h - h) };
};

/** Zooms by a factor (over 1: closer) round a point of the drawing, 16 times at most. */
export const zoom = (v: View, whole: View, factor: number, cx = v.x + v.w / 2, cy = v.y + v.h / 2): View => {
  const f = Math.min(factor, (v.w * 16) / whole.w);
  return within({ x: cx - (cx - v.x) / f, y: cy - (cy - v.y) / f, w: v.w / f, h: v.h / f }, whole);
};

/** Moves by parts of what is seen. */
export const pan = (v: View, whole: View, dx: number, dy: number): View =>
  within({ ...v, x: v.x + v.w * dx, y: v.y + v.h * dy }, whole);

/** A square part of the drawing round its middle, some units wide. */
export const centred = (whole: View, w: number): View => {
  const h = (w * whole.h) / whole.w;
  return within({ x: whole.x + (whole.w - w) / 2, y: whole.y + (whole.h - h) / 2, w, h }, whole);
};

/** The longest of 1, 2, 5, 10, 20, 50… that is not over a length. */
export const barLength = (most: number): number => {
  const ten = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((n) => n * ten).find((n) => n <= most * 1.0001) ?? ten;
};
