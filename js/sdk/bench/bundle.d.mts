export function bundleSize(): Promise<number>
