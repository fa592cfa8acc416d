import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  // Relative, so that the server can put the page under any path by changing <base>.
  base: './',
  plugins: [react()],
  resolve: {
    alias: {
      '@otel-activity/react': fileURLToPath(new URL('../react/src/index.ts', import.meta.url)),
      '@otel-activity/sdk/client': fileURLToPath(
        new URL('../sdk/src/client/index.ts', import.meta.url),
      ),
    },
  },
  build: {
    outDir: '../../extension/activityapi/ui/dist',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // No hashes: the files are committed, and the server's ETags say what changed.
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
  server: { proxy: { '/api': process.env.ACTIVITY_API ?? 'http://127.0.0.1:8318' } },
  preview: { proxy: { '/api': process.env.ACTIVITY_API ?? 'http://127.0.0.1:8318' } },
})
