import { type KeyboardEvent, type Ref, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useActivity } from '../state/context'
import { type Filters, isEmpty } from '../state/filters'
import { useResource } from '../state/resource'
import { Button } from '../ui/Button'
import { Icon } from '../ui/Icon'
import { Text } from '../ui/Text'
import { type Completion, completions, fieldToAsk, typingAt } from './complete'
import { formatQuery, parseQuery } from './query'

interface SearchBoxProps {
  filters: Filters
  onChange: (filters: Filters) => void
  /** Escape in a box that has nothing more to close. */
  onLeave: () => void
  inputRef: Ref<HTMLInputElement>
}

/** The search line. What is typed is searched for on Enter; completion helps until then. */
export function SearchBox({ filters, onChange, onLeave, inputRef }: SearchBoxProps) {
  const { client, projectId } = useActivity()
  const id = useId()
  const input = useRef<HTMLInputElement | null>(null)
  const given = formatQuery(filters)
  const [line, setLine] = useState(given)
  const [caret, setCaret] = useState(0)
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState(-1)

  // The filters changed elsewhere: the line follows.
  useEffect(() => setLine(given), [given])

  const typing = useMemo(() => (open ? typingAt(line, caret) : undefined), [open, line, caret])
  const ask = fieldToAsk(typing)
  const prefix = useSettled(typing?.prefix ?? '')
  const suggestions = useResource(
    ask ? `${client.root} ${projectId} ${ask} ${prefix}` : null,
    (signal) =>
      client.suggest(
        {
          field: ask ?? 'action',
          prefix,
          limit: 8,
          ...(projectId !== undefined && { projectId: [projectId] }),
        },
        { signal },
      ),
  )
  // While the next ones are on their way, those of the shorter prefix that still fit stay.
  const known = useRef<{ field: typeof ask; values: readonly string[] }>(undefined)
  if (suggestions.data) known.current = { field: ask, values: suggestions.data.values }
  const typed = typing?.prefix.toLowerCase() ?? ''
  const values = known.current?.field === ask ? (known.current?.values ?? []) : []
  const fitting = values.filter((value) => value.toLowerCase().startsWith(typed))
  const options = completions(line, typing, fitting)
  const shown = open && options.length > 0

  const search = (text: string) => {
    setOpen(false)
    const next = parseQuery(text)
    setLine(formatQuery(next))
    if (formatQuery(next) !== given) onChange(next)
  }

  const take = (option: Completion) => {
    setLine(option.line)
    setCaret(option.caret)
    setChosen(-1)
    // After React has set the value, which moves the caret to the end.
    requestAnimationFrame(() => input.current?.setSelectionRange(option.caret, option.caret))
  }

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    const option = options[chosen]
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && options.length > 0) {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosen(shown ? wrap(chosen + step, options.length) : 0)
    } else if (event.key === 'Tab' && shown && !event.shiftKey && (option || typing?.prefix)) {
      event.preventDefault()
      const first = option ?? options[0]
      if (first) take(first)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (shown && option) take(option)
      else search(line)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      if (shown) setOpen(false)
      else {
        setLine(given)
        onLeave()
      }
    }
  }

  const update = (element: HTMLInputElement) => {
    setLine(element.value)
    setCaret(element.selectionStart ?? element.value.length)
  }

  return (
    <div role="search" className="oa-search">
      <Icon name="search" />
      <input
        ref={(element) => {
          input.current = element
          if (typeof inputRef === 'function') inputRef(element)
          else if (inputRef) inputRef.current = element
        }}
        className="oa-input"
        type="text"
        role="combobox"
        aria-label="Search"
        aria-expanded={shown}
        aria-controls={shown ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={shown && chosen >= 0 ? `${id}-${chosen}` : undefined}
        placeholder="severity:critical actor:alice -status:success text"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={line}
        onChange={(event) => {
          update(event.currentTarget)
          setOpen(true)
          setChosen(-1)
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {(line !== '' || !isEmpty(filters)) && (
        <Button
          variant="ghost"
          icon="close"
          aria-label="Clear the search"
          onClick={() => search('')}
        />
      )}
      {shown && (
        <div role="listbox" id={`${id}-list`} aria-label="Completions" className="oa-menu">
          {options.map((option, i) => (
            <div
              key={option.label}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === chosen}
              className="oa-menu-item"
              // Not by click: the input would have lost the focus before.
              onMouseDown={(event) => {
                event.preventDefault()
                take(option)
              }}
            >
              <Text value={option.label} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

function wrap(index: number, length: number): number {
  return (index + length) % length
}

/** The value once it has rested for a moment: not every key press is a request. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 120)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
