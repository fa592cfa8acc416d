import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: {
      '@otel-activity/react': new URL('./react/src/index.ts', import.meta.url).pathname,
      '@otel-activity/sdk/client': new URL('./sdk/src/client/index.ts', import.meta.url).pathname,
    },
  },
  test: {
    environment: 'jsdom',
    include: ['sdk/src/**/*.test.ts', 'react/src/**/*.test.{ts,tsx}', 'app/src/**/*.test.{ts,tsx}'],
    env: { TZ: 'UTC' },
    restoreMocks: true,
  },
})
