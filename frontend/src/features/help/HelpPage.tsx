import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Page } from '../../components/Page';
import { SearchField } from '../../components/SearchField';
import { Contacts } from './Contacts';
import classes from './HelpPage.module.css';
import { GROUPS, hasWords, type Question } from './questions';
import { useAnswers } from './useAnswers';

/** The questions people ask most, and how to reach the administration (G6, E1). */
export function HelpPage() {
  const intl = useIntl();
  const { question, answer, words } = useAnswers();
  const [wanted, setWanted] = useState('');
  const groups = GROUPS.map(({ name, questions }) => ({
    name,
    questions: (questions as readonly Question[]).filter((item) => hasWords(words(item), wanted)),
  })).filter(({ questions }) => questions.length > 0);
  const count = groups.reduce((total, { questions }) => total + questions.length, 0);

  return (
    <Page name="help" width={76}>
      <div className={classes.columns}>
        <div className={classes.questions}>
          <SearchField
            label={intl.formatMessage({ id: 'help.search' })}
            value={wanted}
            onChange={setWanted}
          />
          {groups.map(({ name, questions }) => (
            <section key={name} aria-labelledby={`help-${name}`}>
              <h2 id={`help-${name}`} className={classes.group}>
                <FormattedMessage id={`help.group_${name}`} />
              </h2>
              <div className={classes.frame}>
                {questions.map((item) => (
                  <details key={item} open={(wanted !== '' && count <= 3) || undefined}>
                    <summary>{question(item)}</summary>
                    <div className={classes.answer}>{answer(item)}</div>
                  </details>
                ))}
              </div>
            </section>
          ))}
          {groups.length === 0 && (
            <p role="status" className={classes.nothing}>
              <IconSearch size={18} stroke={1.7} aria-hidden />
              <FormattedMessage id="help.nothing" />
            </p>
          )}
        </div>
        <Contacts />
      </div>
    </Page>
  );
}
