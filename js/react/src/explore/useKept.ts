import { useRef } from 'react'

/** The last value there was, so that a picture stays until the next one is there. */
export function useKept<T>(value: T | undefined): T | undefined {
  const kept = useRef(value)
  if (value !== undefined) kept.current = value
  return kept.current
}
