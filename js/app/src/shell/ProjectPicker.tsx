import {
  Icon,
  type Me,
  Menu,
  Text,
  useActivity,
  useResource,
  useUrlParam,
} from '@otel-activity/react'
import { type FormEvent, useState } from 'react'

/** Which project's activities the page shows; there is nothing to choose from where there is one. */
export function ProjectPicker({ me }: { me: Me }) {
  const [project, setProject] = useUrlParam('project')
  if (!me.allProjects && me.projects.length === 1) {
    return (
      <span className="app-project">
        <Text value={me.projects[0] ?? ''} />
      </span>
    )
  }
  return (
    <Menu
      label={
        <>
          <span className="oa-clip">{project ? <Text value={project} /> : 'All projects'}</span>
          <Icon name="chevron" size={12} />
        </>
      }
      align="end"
    >
      {(close) => (
        <Projects
          me={me}
          project={project}
          onChoose={(next) => {
            setProject(next)
            close()
          }}
        />
      )}
    </Menu>
  )
}

interface ProjectsProps {
  me: Me
  project: string | undefined
  onChoose: (project: string | undefined) => void
}

function Projects({ me, project, onChoose }: ProjectsProps) {
  const { client } = useActivity()
  const [prefix, setPrefix] = useState('')
  const found = useResource(me.allProjects ? `projects|${prefix}` : null, (signal) =>
    client.suggest({ field: 'projectId', prefix, limit: 20 }, { signal }),
  )
  const names = me.allProjects
    ? (found.data?.values ?? [])
    : me.projects.filter((name) => name.startsWith(prefix))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (names[0]) onChoose(names[0])
  }
  return (
    <>
      <form onSubmit={submit}>
        <input
          className="oa-input app-menu-input"
          aria-label="Find a project"
          placeholder="Find a project"
          // biome-ignore lint/a11y/noAutofocus: it is what the menu was opened for
          autoFocus
          value={prefix}
          onChange={(event) => setPrefix(event.target.value)}
        />
      </form>
      <button
        type="button"
        className="oa-menu-item"
        aria-current={project === undefined}
        onClick={() => onChoose(undefined)}
      >
        All projects
      </button>
      {names
        .filter((name) => name !== '')
        .map((name) => (
          <button
            key={name}
            type="button"
            className="oa-menu-item"
            aria-current={name === project}
            onClick={() => onChoose(name)}
          >
            <Text value={name} />
          </button>
        ))}
      {!found.loading && names.length === 0 && <p className="app-menu-note">No such project</p>}
    </>
  )
}
