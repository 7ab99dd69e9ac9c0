// A headless Chromium that draws WebGL without a graphics card.
import { chromium } from 'playwright-core';
import { existsSync } from 'node:fs';

const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p));

export const launch = () => {
  if (!found) throw new Error('Chromium introuvable : « apt-get install chromium », ou donner $CHROMIUM');
  return chromium.launch({
    executablePath: found, headless: true,
    args: ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-sandbox'],
  });
};
