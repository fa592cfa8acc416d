import { type ButtonHTMLAttributes, forwardRef } from 'react'
import { Icon, type IconName } from './Icon'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'plain' | 'primary' | 'ghost' | 'danger'
  icon?: IconName
  /** Makes it a toggle. */
  pressed?: boolean
}

/** With an icon alone it needs an aria-label. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { variant = 'plain', icon, pressed, className = '', children, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type="button"
      aria-pressed={pressed}
      className={`oa-button ${className}`}
      data-variant={variant}
      data-icon-only={children === undefined || undefined}
      title={children === undefined ? rest['aria-label'] : undefined}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
})
