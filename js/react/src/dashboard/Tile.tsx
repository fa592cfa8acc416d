import '../ui/figures.css'
import type { ReactNode } from 'react'
import { Icon } from '../ui'
import type { Trend } from './figures'

interface TileProps {
  label: string
  value: ReactNode
  /** How it moved, in words. */
  change?: string | undefined
  trend?: Trend | undefined
  /** Whether moving up is bad news, good news or neither. */
  up?: 'bad' | 'neutral'
  note?: ReactNode
  onPick?: (() => void) | undefined
}

/** One figure. */
export function Tile({ label, value, change, trend, up = 'neutral', note, onPick }: TileProps) {
  const mood = up === 'bad' && (trend === 'up' || trend === 'new') ? 'bad' : 'calm'
  return (
    <div className="oa-panel oa-tile">
      <h2>{label}</h2>
      <p className="oa-tile-value">
        {onPick ? (
          <button type="button" className="oa-link" onClick={onPick}>
            {value}
          </button>
        ) : (
          value
        )}
      </p>
      <p className="oa-tile-note">
        {change && (
          <span className="oa-tile-change" data-mood={mood}>
            {(trend === 'up' || trend === 'new') && <Icon name="up" size={12} />}
            {trend === 'down' && <Icon name="down" size={12} />}
            {change}
          </span>
        )}
        {note}
      </p>
    </div>
  )
}
