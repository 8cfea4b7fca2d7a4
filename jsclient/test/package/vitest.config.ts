import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    environment: 'happy-dom',
    environmentOptions: {happyDOM: {url: 'https://shop.example/'}},
    reporters: ['dot'],
  },
});
