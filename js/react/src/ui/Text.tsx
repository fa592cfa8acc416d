import { visible } from './visible'

/** Any text that came from outside: direction isolated, nothing hidden in it. */
export function Text({ value, className }: { value: string; className?: string }) {
  return <bdi className={className}>{visible(value)}</bdi>
}
