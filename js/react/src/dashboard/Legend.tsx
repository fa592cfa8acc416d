/** What the colours mean, in the order in which they are stacked. */
export function Legend({ series }: { series: readonly string[] }) {
  return (
    <ul className="oa-legend">
      {series.map((name) => (
        <li key={name}>
          <span className="oa-swatch" data-fill={name} />
          {name}
        </li>
      ))}
    </ul>
  )
}
