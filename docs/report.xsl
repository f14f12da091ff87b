<?xml version="1.0" encoding="UTF-8"?>
<!-- Renders report.xml as one page to read: xsltproc docs/report.xsl claims.report.xml > claims.html -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>

  <xsl:template match="/claim-scrub-report">
    <html lang="en">
      <head>
        <title>Claims of <xsl:value-of select="input/@name"/></title>
        <style>
          body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #1c1c1c }
          table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .25em .6em; vertical-align: top }
          th { border-bottom: 2px solid #888 } td { border-bottom: 1px solid #ddd } .number { text-align: right }
          article { border: 1px solid #ccc; border-left-width: .5em; padding: 0 1em 1em; margin: 1em 0; break-inside: avoid }
          .held { border-left-color: #b3261e } .corrected { border-left-color: #1b6e3c } .unchanged { border-left-color: #888 }
          .soft { color: #555 }
        </style>
      </head>
      <body>
        <h1>Claims of <xsl:value-of select="input/@name"/></h1>
        <p class="soft">
          As of <xsl:value-of select="@today"/>, by version <xsl:value-of select="@scrubber"/>;
          SHA-256 of the file <xsl:value-of select="input/@sha256"/>
        </p>
        <xsl:apply-templates select="totals"/>
        <xsl:if test="findings/finding">
          <h2>The file</h2>
          <xsl:apply-templates select="findings"/>
        </xsl:if>
        <h2>Held</h2>
        <xsl:apply-templates select="claims/claim[@disposition = 'held']"/>
        <xsl:if test="not(claims/claim[@disposition = 'held'])"><p>None.</p></xsl:if>
        <h2>Corrected</h2>
        <xsl:apply-templates select="claims/claim[@disposition = 'corrected']"/>
        <xsl:if test="not(claims/claim[@disposition = 'corrected'])"><p>None.</p></xsl:if>
        <xsl:if test="claims/claim[@disposition = 'unchanged'][findings/finding]">
          <h2>Unchanged, with remarks</h2>
          <xsl:apply-templates select="claims/claim[@disposition = 'unchanged'][findings/finding]"/>
        </xsl:if>
        <xsl:apply-templates select="tables[table]"/>
        <xsl:apply-templates select="not_checked[check]"/>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="totals">
    <table>
      <tr><th>Claims</th><th>Unchanged</th><th>Corrected</th><th>Held</th><th>Charge in</th><th>Charge out</th><th>Charge held</th></tr>
      <tr>
        <td><xsl:value-of select="@claims"/></td><td><xsl:value-of select="@unchanged"/></td>
        <td><xsl:value-of select="@corrected"/></td><td><xsl:value-of select="@held"/></td>
        <td><xsl:value-of select="@charge_in"/></td><td><xsl:value-of select="@charge_out"/></td>
        <td><xsl:value-of select="@charge_held"/></td>
      </tr>
    </table>
  </xsl:template>

  <xsl:template match="claims/claim">
    <article class="{@disposition}">
      <h3>
        Claim <xsl:value-of select="@claim_id"/>
        <span class="soft"> number <xsl:value-of select="@position"/> of the file, payer profile
          <xsl:value-of select="payer/@profile"/></span>
      </h3>
      <xsl:apply-templates select="lines_in[line]"/>
      <xsl:apply-templates select="lines_out[line][../@disposition = 'corrected']"/>
      <xsl:apply-templates select="lines_proposed[line]"/>
      <xsl:apply-templates select="findings"/>
      <xsl:apply-templates select="not_checked[check]"/>
    </article>
  </xsl:template>

  <xsl:template match="lines_in | lines_out | lines_proposed">
    <table>
      <caption>
        <xsl:choose>
          <xsl:when test="self::lines_in">As billed</xsl:when>
          <xsl:when test="self::lines_out">As it goes out</xsl:when>
          <xsl:otherwise>As proposed</xsl:otherwise>
        </xsl:choose>
      </caption>
      <tr><th>Line</th><th>Date</th><th>Code</th><th>Modifiers</th><th class="number">Units</th><th class="number">Charge</th></tr>
      <xsl:for-each select="line">
        <tr>
          <td><xsl:value-of select="@line"/></td><td><xsl:value-of select="@date"/></td><td><xsl:value-of select="@code"/></td>
          <td><xsl:for-each select="modifiers/modifier"><xsl:value-of select="."/><xsl:text> </xsl:text></xsl:for-each></td>
          <td class="number"><xsl:value-of select="@units"/></td><td class="number"><xsl:value-of select="@charge"/></td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template match="findings">
    <ul>
      <xsl:for-each select="finding">
        <li>
          <b><xsl:value-of select="@rule"/></b><xsl:text> (</xsl:text><xsl:value-of select="@severity"/>
          <xsl:if test="@fixed = 'true'">, corrected</xsl:if>
          <xsl:if test="waived">, waived</xsl:if><xsl:text>) </xsl:text>
          <xsl:value-of select="message"/><xsl:text> </xsl:text><xsl:value-of select="action"/>
          <xsl:for-each select="evidence/item">
            <br/><span class="soft"><xsl:value-of select="@source"/><xsl:text>: </xsl:text><xsl:value-of select="states"/></span>
          </xsl:for-each>
        </li>
      </xsl:for-each>
    </ul>
  </xsl:template>

  <xsl:template match="not_checked">
    <p class="soft">Not checked:
      <xsl:for-each select="check">
        <xsl:value-of select="@rule"/><xsl:text> (</xsl:text><xsl:value-of select="why"/><xsl:text>)</xsl:text>
        <xsl:if test="position() != last()">; </xsl:if>
      </xsl:for-each>
    </p>
  </xsl:template>

  <xsl:template match="tables">
    <h2>Tables</h2>
    <table>
      <tr><th>Table</th><th>Edition</th><th>From</th><th>To</th><th class="number">Rows</th><th>Remark</th></tr>
      <xsl:for-each select="table">
        <tr>
          <td><xsl:value-of select="@name"/></td><td><xsl:value-of select="@edition"/></td>
          <td><xsl:value-of select="@from"/></td><td><xsl:value-of select="@to"/></td>
          <td class="number"><xsl:value-of select="@rows"/></td><td><xsl:value-of select="remark"/></td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>
</xsl:stylesheet>
