import { describe, expect, test } from 'vitest';
import { barLength, centred, formatView, pan, parseView, within, zoom, type View } from '../src/view';

const whole: View = { x: 0, y: 0, w: 600, h: 400 };

describe('a view of a drawing', () => {
  test('is read and written as a viewBox', () => {
    expect(parseView('0 0 600.0 400.0')).toEqual(whole);
    expect(formatView({ x: 1.234, y: 0, w: 10, h: 20.5 })).toBe('1.23 0 10 20.5');
  });
  test('zooms round a point, which stays where it is', () => {
    const v = zoom(whole, whole, 2, 150, 100);
    expect(v).toEqual({ x: 75, y: 50, w: 300, h: 200 });
    expect((150 - v.x) / v.w).toBeCloseTo(150 / 600);
  });
  test('zooms 16 times at most, and never out of the whole', () => {
    let v = whole;
    for (let i = 0; i < 40; i++) v = zoom(v, whole, 1.5);
    expect(whole.w / v.w).toBeCloseTo(16);
    for (let i = 0; i < 40; i++) v = zoom(v, whole, 1 / 1.5);
    expect(v).toEqual(whole);
  });
  test('moves within the whole', () => {
    const near = zoom(whole, whole, 4);
    expect(pan(near, whole, 0.2, 0).x).toBeCloseTo(near.x + 30);
    let v = near;
    for (let i = 0; i < 50; i++) v = pan(v, whole, 0.2, 0.2);
    expect(v.x + v.w).toBeCloseTo(600);
    expect(v.y + v.h).toBeCloseTo(400);
    expect(within({ x: -50, y: -50, w: 100, h: 100 }, whole)).toMatchObject({ x: 0, y: 0 });
  });
  test('opens round the middle, never wider than the whole', () => {
    expect(centred(whole, 300)).toEqual({ x: 150, y: 100, w: 300, h: 200 });
    expect(centred(whole, 5000)).toEqual(whole);
  });
  test('has a scale of a round length', () => {
    expect([3, 19, 20, 49.9, 50, 0.7, 2300].map(barLength)).toEqual([2, 10, 20, 20, 50, 0.5, 2000]);
  });
});
