import { Button, SegmentedControl, Text } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { service } from '../api/calls';
import type { Lens, Work as WorkAnswer, WorkItem } from '../api/types';
import { usePack } from '../pack/pack';
import { Clock } from '../parts/Clock';
import { usePages } from '../parts/load';
import { OutcomeMark, SeverityMark } from '../parts/Marks';
import { useNow } from '../parts/now';
import { Page } from '../parts/Page';
import { filePath, recordPath } from '../parts/paths';
import { Trouble, Waiting } from '../parts/Trouble';
import { useAccess } from '../session/session';
import { useSay } from '../text/texts';
import { bucketOf, kBuckets, kBucketTitle } from '../values/clock';
import css from './pages.module.css';

export function Work(): ReactNode {
  const say = useSay();
  const { client } = useAccess();
  const { pack } = usePack();
  // Whoever looks after the work of others has hardly any of their own.
  const [lens, setLens] = useState<Lens>(pack.scope === 'assigned' ? 'mine' : 'team');
  const load = useCallback(
    (after: string | null, signal: AbortSignal) => service.work(client, lens, after, signal),
    [client, lens],
  );
  const { items, first, failure, loading, more, again } = usePages(load, pageOf);
  const filter = (
    <SegmentedControl
      value={lens}
      aria-label={say('ui.work.whose')}
      onChange={(value) => setLens(value === 'team' ? 'team' : 'mine')}
      data={[
        { value: 'mine', label: say('ui.work.mine') },
        { value: 'team', label: say('ui.work.team') },
      ]}
    />
  );
  return (
    <Page title={say('ui.nav.work')} aside={filter}>
      {failure && <Trouble failure={failure} again={again} />}
      {!items && loading && <Waiting />}
      {items && first && <Groups items={items} counts={first.counts} />}
      {items?.length === 0 && !failure && <Text c="dimmed">{say('ui.work.nothing')}</Text>}
      {more && (
        <Button variant="default" mt="lg" loading={loading} onClick={more}>
          {say('ui.more')}
        </Button>
      )}
    </Page>
  );
}

function pageOf(answer: WorkAnswer): { items: readonly WorkItem[]; next: string | null } {
  return answer;
}

function Groups({
  items,
  counts,
}: {
  items: readonly WorkItem[];
  counts: WorkAnswer['counts'];
}): ReactNode {
  const say = useSay();
  const now = useNow();
  return (
    <>
      <ul className={css['tally']} aria-label={say('ui.work.counts')}>
        {kBuckets.map((bucket) => (
          <li key={bucket} data-bucket={bucket}>
            <strong>{counts[bucket]}</strong> <span>{say(kBucketTitle[bucket])}</span>
          </li>
        ))}
      </ul>
      {kBuckets.map((bucket) => {
        const here = items.filter((item) => bucketOf(item, now) === bucket);
        if (here.length === 0) return null;
        return (
          <section
            key={bucket}
            className={css['bucket']}
            aria-label={say(kBucketTitle[bucket])}
            data-bucket={bucket}
          >
            <h2>{say(kBucketTitle[bucket])}</h2>
            <ul className={css['cards']}>
              {here.map((item) => (
                <Item key={`${item.ref} ${item.record} ${item.safeguard}`} item={item} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Item({ item }: { item: WorkItem }): ReactNode {
  // A form that the role does not see has no name here, and its record no page.
  const kind = usePack().kind(item.kind);
  return (
    <li>
      <Link
        to={kind && item.record ? recordPath(item.ref, item.record) : filePath(item.ref)}
        className={css['card']}
      >
        <span className={css['cardtext']}>
          <strong dir="auto">{item.title}</strong>
          <span className={css['quiet']}>
            <bdi>{item.label}</bdi>
            {kind && (
              <>
                {' '}
                · <bdi>{kind.title}</bdi>
              </>
            )}
          </span>
        </span>
        <span className={css['cardmarks']}>
          {item.outcome === 'unknown' || !item.due ? (
            <OutcomeMark outcome={item.outcome} />
          ) : (
            <Clock due={item.due} brief />
          )}
          <SeverityMark severity={item.severity} />
        </span>
        <IconChevronRight size={18} aria-hidden className="mirror" />
      </Link>
    </li>
  );
}
