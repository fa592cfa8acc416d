/** Keeps the newest `capacity` items and counts those that had to make room. */
export class RingBuffer<T> {
  #items: T[] = []
  #start = 0
  #overwritten = 0
  readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#items.length
  }

  /** How many were lost since the last drain. */
  get overwritten(): number {
    return this.#overwritten
  }

  push(item: T) {
    if (this.#items.length < this.capacity) {
      this.#items.push(item)
      return
    }
    this.#items[this.#start] = item
    this.#start = (this.#start + 1) % this.capacity
    this.#overwritten++
  }

  /** Empties it; the newest comes first. */
  drain(): T[] {
    const inOrder = [...this.#items.slice(this.#start), ...this.#items.slice(0, this.#start)]
    this.#items = []
    this.#start = 0
    this.#overwritten = 0
    return inOrder.reverse()
  }
}
