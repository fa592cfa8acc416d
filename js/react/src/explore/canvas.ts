import { type RefObject, useEffect, useState } from 'react'
import { severities } from './bars'

/** An element's width, as it changes. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return width
}

/** The theme's colours for a canvas, which can't use custom properties itself. */
export function useColors(ref: RefObject<HTMLElement | null>) {
  const [colors, setColors] = useState<Record<string, string>>()
  useEffect(() => {
    const read = () => {
      const element = ref.current
      if (!element) return
      // Only as the value of a real property are var() and light-dark() resolved.
      const resolve = (name: string) => {
        element.style.color = `var(${name})`
        const color = getComputedStyle(element).color
        element.style.color = ''
        return color
      }
      setColors({
        ...Object.fromEntries(severities.map((s) => [s, resolve(`--oa-${s}-fill`)])),
        selection: resolve('--oa-accent-soft'),
        hover: resolve('--oa-surface-2'),
      })
    }
    read()
    const scheme = window.matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', read)
    // A host page may set data-theme itself, above or at our root.
    const observer = new MutationObserver(read)
    for (let e: HTMLElement | null = ref.current; e; e = e.parentElement) {
      observer.observe(e, { attributes: true, attributeFilter: ['data-theme', 'class'] })
    }
    return () => {
      scheme.removeEventListener('change', read)
      observer.disconnect()
    }
  }, [ref])
  return colors
}
