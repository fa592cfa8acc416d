import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // light-dark() stays as it is; older browsers would need it expanded.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    minify: false,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: 'index', cssFileName: 'style' },
    rollupOptions: {
      external: [
        /^react($|\/)/,
        /^react-dom($|\/)/,
        /^recharts/,
        /^@tanstack\//,
        /^@otel-activity\/sdk\//,
      ],
      output: { chunkFileNames: '[name].js' },
    },
  },
})
