import { type Me, Text, useActivity, useResource } from '@otel-activity/react'
import { type FormEvent, useState } from 'react'

interface ProjectsProps {
  me: Me
  project: string | undefined
  onChoose: (project: string | undefined) => void
}

/** The projects to choose from, found by the beginning of their names. */
export default function Projects({ me, project, onChoose }: ProjectsProps) {
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
