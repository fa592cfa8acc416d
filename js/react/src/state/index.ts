export {
  ActivityProvider,
  type ActivitySettings,
  type SettingsProps,
  type Theme,
  useActivity,
} from './context'
export { type ExploreState, readExplore, writeExplore } from './explore'
export {
  type FilterField,
  type Filters,
  filterFields,
  isEmpty,
  type Mark,
  markOf,
  toQuery,
  withMark,
  withValues,
} from './filters'
export { type Loaded, useResource } from './resource'
export { defaultRange, type TimeRange } from './time'
export { hrefWith, navigate, type Params, useUrl, useUrlParam } from './url'
