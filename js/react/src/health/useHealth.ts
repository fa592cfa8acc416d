import { useActivity } from '../state/context'
import { useResource } from '../state/resource'

/** The state of this server and of the pipeline behind it, again and again. */
export function useHealth(refreshMs: number) {
  const { client } = useActivity()
  const health = useResource('health', (signal) => client.health({ signal }), { refreshMs })
  const pipeline = useResource('pipeline', (signal) => client.pipeline({ signal }), { refreshMs })
  return { health, pipeline }
}
