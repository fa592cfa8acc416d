import { useEffect } from 'react'

/** The document's title: the screen first, which is what a narrow tab shows. */
export function useTitle(screen: string, site: string) {
  useEffect(() => {
    document.title = `${screen} · ${site}`
  }, [screen, site])
}
