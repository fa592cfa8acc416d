import { defineConfig } from 'vitest/config'

// One file at a time: some take the server away that all of them act on.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
