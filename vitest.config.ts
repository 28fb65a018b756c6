import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    testTimeout: 60_000,
    // All cores: by default one is left idle, which on a small machine is half of it.
    maxWorkers: '100%',
    reporters: ['default', './test/summary-reporter.ts'],
  },
})
